print("brownout")
